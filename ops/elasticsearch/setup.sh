#!/bin/sh
# What Elasticsearch and Kibana need once; safe to run again, and after each change of a file of this folder.
#   setup.sh elasticsearch   lifecycle and template of the lines, who writes them (itdo_lines), Kibana's own password
#   setup.sh kibana          the space `itdo` with a view of the lines
# ELASTICSEARCH_PASSWORD is the superuser's; KIBANA_PASSWORD and LINES_PASSWORD are given to their accounts.
set -eu
here=$(dirname "$0")
elasticsearch=${ELASTICSEARCH_URL:-http://elasticsearch:9200} kibana=${KIBANA_URL:-http://kibana:5601}

# The password comes in by standard input: as an argument every list of processes would show it. What is sent is a file for the
# same reason.
ask() {
    method=$1 address=$2
    shift 2
    printf 'user = "elastic:%s"\n' "${ELASTICSEARCH_PASSWORD:?}" |
        curl --config - --silent --show-error --fail-with-body --max-time 30 --request "$method" \
            --header 'Content-Type: application/json' --header 'kbn-xsrf: itdo' "$@" "$address" >"$answer"
}

wait_for() {
    until ask GET "$1"; do
        [ $((waited += 2)) -lt 300 ] || { echo "$1 did not answer within 300 s" >&2; exit 1; }
        sleep 2
    done 2>/dev/null
}

waited=0
umask 077
work=$(mktemp -d)
answer=$work/answer
trap 'rm -rf "$work"' EXIT

case ${1:-} in
elasticsearch)
    wait_for "$elasticsearch/_cluster/health?wait_for_status=yellow&timeout=2s"
    ask PUT "$elasticsearch/_ilm/policy/itdo-lines" --data "@$here/lifecycle.json"
    ask PUT "$elasticsearch/_index_template/itdo-lines" --data "@$here/template.json"
    ask PUT "$elasticsearch/_security/role/itdo_lines" --data "@$here/writer.json"
    printf '{"password": "%s", "roles": ["itdo_lines"]}' "${LINES_PASSWORD:?}" >"$work/lines"
    ask PUT "$elasticsearch/_security/user/itdo_lines" --data "@$work/lines"
    printf '{"password": "%s"}' "${KIBANA_PASSWORD:?}" >"$work/kibana"
    ask POST "$elasticsearch/_security/user/kibana_system/_password" --data "@$work/kibana"
    ;;
kibana)
    wait_for "$kibana/api/status"
    # Again and again the same space; 409 says that it is there.
    ask POST "$kibana/api/spaces/space" --data "@$here/space.json" || grep -q '"statusCode": *409' "$answer"
    ask POST "$kibana/s/itdo/api/data_views/data_view" --data "@$here/view.json"
    ;;
*)
    echo "setup.sh elasticsearch or setup.sh kibana." >&2
    exit 2
    ;;
esac
