#!/bin/sh
# Bring a release to a cluster: ./deploy.sh staging|production [--image IMAGE] [--rollback] [--dry-run]
#
#   --image IMAGE   the release, with its tag or digest; else the one that k8s/base/kustomization.yaml names
#   --rollback      back to what ran before; tables stay as they are, since old code works on them (expand, then contract)
#   --dry-run       say each step and change nothing
#
# Checks, backup (production), migration, rolling update, health; when the update or the health fails, it goes back by itself.
# It speaks to the cluster that the context itdo-staging or itdo-production of kubectl names.
set -eu
cd -- "$(dirname -- "$0")"

usage() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }
say() { printf '%s\n' "$*"; }
fail() { say "deploy: $*" >&2; exit 1; }

target='' image='' rollback=no dry=no
while [ $# -gt 0 ]; do
    case $1 in
        staging | production) target=$1 ;;
        --image) [ $# -ge 2 ] || fail "--image needs a name."; image=$2; shift ;;
        --rollback) rollback=yes ;;
        --dry-run) dry=yes ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; fail "$1 is none of these." ;;
    esac
    shift
done
[ -n "$target" ] || { usage >&2; fail "say staging or production."; }
case $image in *:latest | *[!A-Za-z0-9._:/@-]*) fail "$image: a release has a tag of its own or a digest." ;; esac

rolled_out="deployment/backend deployment/worker deployment/beat deployment/nginx"
wait_seconds=${DEPLOY_WAIT_SECONDS:-600}
looks=${DEPLOY_LOOKS:-10}
pause=${DEPLOY_PAUSE_SECONDS:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

in_cluster() { kubectl --context "itdo-$target" --namespace itdo "$@"; }
# What changes something: said, and done unless it is only to be said. Whoever calls must look at what comes back: the shell
# does not end by itself within `if`, `&&` and `||`.
run() {
    say "  kubectl $*"
    [ "$dry" = yes ] || in_cluster "$@"
}

check() {
    say "Checks"
    command -v kubectl >/dev/null || fail "kubectl is not here."
    kubectl kustomize "k8s/$target" >"$work/all.yaml" || fail "k8s/$target cannot be put together."
    [ -z "$image" ] || sed -i "s|image: registry\.example\.co\.jp/itdo:.*|image: $image|" "$work/all.yaml"
    image=$(sed -n 's|^ *image: \(.*/itdo[:@].*\)$|\1|p' "$work/all.yaml" | sort -u)
    [ "$(printf '%s\n' "$image" | wc -l)" -eq 1 ] || fail "more than one release is named: $image"
    say "  $image to itdo-$target"
    [ "$dry" = yes ] && return 0
    in_cluster auth can-i patch deployments >/dev/null || fail "nobody may roll out with this context."
    # Everything is asked of the cluster before anything is changed.
    in_cluster apply --dry-run=server --filename "$work/all.yaml" >/dev/null || fail "the cluster refuses it; nothing was changed."
}

backup() {
    [ "$target" = production ] || return 0
    say "Backup"
    run delete job backup-before-deploy --ignore-not-found || return 1
    run create job backup-before-deploy --from=cronjob/backup || return 1
    run wait job/backup-before-deploy --for=condition=complete --timeout="${wait_seconds}s"
}

migrate() {
    say "Migration"
    run delete job migrate --ignore-not-found || return 1
    run apply --filename "$work/all.yaml" --selector 'stage!=rollout' || return 1
    run wait job/migrate --for=condition=complete --timeout="${wait_seconds}s"
}

roll_out() {
    say "Rolling update"
    run apply --filename "$work/all.yaml" --selector 'stage=rollout' || return 1
    for each in $rolled_out; do
        run rollout status "$each" --timeout="${wait_seconds}s" || return 1
    done
}

is_healthy() {
    say "Health"
    look=0
    while [ "$look" -lt "$looks" ]; do
        run exec deployment/backend --container web -- python3 ops/image/healthcheck.py web || return 1
        [ "$dry" = yes ] && return 0
        unready=$(in_cluster get pods --selector app=backend --output 'jsonpath={.items[*].status.containerStatuses[*].ready}' | grep -c false || :)
        [ "$unready" -eq 0 ] || return 1
        look=$((look + 1))
        sleep "$pause"
    done
}

go_back() {
    say "Going back"
    status=0
    for each in $rolled_out; do
        run rollout undo "$each" || status=1
    done
    for each in $rolled_out; do
        run rollout status "$each" --timeout="${wait_seconds}s" || status=1
    done
    return "$status"
}

if [ "$rollback" = yes ]; then
    if go_back && is_healthy; then
        say "Back at what ran before."
        exit 0
    fi
    fail "it did not go back well; see docs/operations.md, 'Nothing answers'."
fi

check
backup || fail "there is no backup; nothing was changed."
migrate || fail "the migration failed; the old version goes on. kubectl logs job/migrate says why."
if roll_out && is_healthy; then
    [ "$dry" = no ] || { say "Nothing was changed."; exit 0; }
    say "$image runs on $target."
    exit 0
fi
go_back || fail "the new version failed, and going back too; see docs/operations.md, 'Nothing answers'."
fail "the new version failed; the old one runs again."
