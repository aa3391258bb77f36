"""How the site reaches PostgreSQL."""

from config import databases

URLS = {
    "DATABASE_URL": "postgres://itdo_app:x@pgbouncer:6432/itdo_erp",
    "DATABASE_OWNER_URL": "postgres://itdo_owner:x@postgres,postgres-replica/itdo_erp?target_session_attrs=read-write",
}


class TestSettingsOf:
    def test_leaves_nothing_behind_on_a_server_of_the_pool(self):
        default = databases.settings_of(URLS)["default"]
        assert default["OPTIONS"]["prepare_threshold"] is None
        assert default["DISABLE_SERVER_SIDE_CURSORS"] is True
        # PgBouncer refuses it, and what it sets would be of one server.
        assert "options" not in default["OPTIONS"]

    def test_counts_what_goes_to_each_of_them(self):
        found = databases.settings_of(
            URLS | {"DATABASE_REPLICA_URL": "postgres://a:b@pgbouncer/itdo_erp_replica"}
        )
        assert {each["ENGINE"] for each in found.values()} == {"django_prometheus.db.backends.postgresql"}

    def test_notices_a_server_that_has_gone(self):
        options = databases.settings_of(URLS)["default"]["OPTIONS"]
        assert 0 < options["connect_timeout"] <= 3
        assert options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"] <= 30

    def test_lets_an_address_say_more(self):
        owner = databases.settings_of(URLS)["owner"]
        assert owner["HOST"] == "postgres,postgres-replica"
        assert owner["OPTIONS"]["target_session_attrs"] == "read-write"
        assert owner["OPTIONS"]["connect_timeout"] == 2

    def test_knows_the_owner_only_where_it_is_told(self):
        assert set(databases.settings_of({"DATABASE_URL": URLS["DATABASE_URL"]})) == {"default"}

    def test_knows_a_replica_only_where_there_is_one(self):
        assert set(databases.settings_of(URLS)) == {"default", "owner"}
        with_one = databases.settings_of(
            URLS | {"DATABASE_REPLICA_URL": "postgres://a:b@pgbouncer/itdo_erp_replica"}
        )
        assert with_one["replica"]["NAME"] == "itdo_erp_replica"

    def test_does_without_a_database(self):
        assert databases.settings_of({})["default"]["ENGINE"] == "django.db.backends.dummy"
