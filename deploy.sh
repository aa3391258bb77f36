#!/bin/sh
# Bring a release to a cluster: ./deploy.sh staging|production [--image IMAGE] [--postgres-image IMAGE] [--rollback] [--dry-run]
#
#   --image IMAGE            the release, with its tag or digest; else the one that k8s/base/kustomization.yaml names
#   --postgres-image IMAGE   what makes and reads dumps, likewise
#   --rollback               back to what ran before; tables stay as they are, since old code works on them (expand, then contract)
#   --dry-run                say each step and change nothing
#
# Checks, backup (production), migration, rolling update, health; when the update or the health fails, it goes back by itself.
# The first time there is nothing to save, and nothing to go back to.
# It speaks to the cluster that the context itdo-staging or itdo-production of kubectl names.
set -eu
cd -- "$(dirname -- "$0")"

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0"; }
say() { printf '%s\n' "$*"; }
fail() { say "deploy: $*" >&2; exit 1; }

target='' image='' postgres_image='' rollback=no dry=no
while [ $# -gt 0 ]; do
    case $1 in
        staging | production) target=$1 ;;
        --image) [ $# -ge 2 ] || fail "--image needs a name."; image=$2; shift ;;
        --postgres-image) [ $# -ge 2 ] || fail "--postgres-image needs a name."; postgres_image=$2; shift ;;
        --rollback) rollback=yes ;;
        --dry-run) dry=yes ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; fail "$1 is none of these." ;;
    esac
    shift
done
[ -n "$target" ] || { usage >&2; fail "say staging or production."; }
for each in "$image" "$postgres_image"; do
    case $each in *:latest | *[!A-Za-z0-9._:/@-]*) fail "$each: a release has a tag of its own or a digest." ;; esac
done

# What is not a Deployment has no stage of its own and is there before the migration; that it runs is looked at here too.
waited_for="statefulset/redis-cache statefulset/redis-broker"
# In the order in which they need each other.
rolled_out="deployment/pgbouncer deployment/keycloak deployment/backend deployment/worker deployment/worker-long deployment/beat deployment/nginx"
wait_seconds=${DEPLOY_WAIT_SECONDS:-600}
# A whole backup, and a migration that waits for its locks, take longer than a rollout.
job_seconds=${DEPLOY_JOB_SECONDS:-3600}
looks=${DEPLOY_LOOKS:-10}
pause=${DEPLOY_PAUSE_SECONDS:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

in_cluster() { kubectl --context "itdo-$target" --namespace itdo "$@"; }
# What changes something: said, and done unless it is only to be said. The caller must look at what comes back: the shell
# does not end by itself within `if`, `&&` and `||`.
run() {
    say "  kubectl $*"
    [ "$dry" = yes ] || in_cluster "$@"
}

# The revision that runs, and the one that ran before the last deployment; empty where there is none.
revision_of() { in_cluster get "$1" --ignore-not-found --output 'jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}'; }
before_of() { in_cluster get "$1" --ignore-not-found --output 'jsonpath={.metadata.annotations.itdo-before}'; }

# Wait for a job to end, well or not: `kubectl wait` would wait for the one and overlook the other.
ends_well() {
    say "  wait for job/$1"
    [ "$dry" = yes ] && return 0
    until=$(($(date +%s) + job_seconds))
    while [ "$(date +%s)" -le "$until" ]; do
        # An answer that does not come for a moment is asked for again.
        state=$(in_cluster get "job/$1" --output 'jsonpath={.status.conditions[?(@.status=="True")].type}') || state=''
        case " $state " in
            *" Complete "*) return 0 ;;
            *" Failed "*) say "  job/$1 has failed: kubectl logs job/$1 says why"; return 1 ;;
        esac
        sleep "$pause"
    done
    say "  job/$1 has not ended within $job_seconds s, and may go on; DEPLOY_JOB_SECONDS lets it have more"
    return 1
}

check() {
    say "Checks"
    command -v kubectl >/dev/null || fail "kubectl is not here."
    kubectl kustomize "k8s/$target" >"$work/all.yaml" || fail "k8s/$target cannot be put together."
    named=$(sed -n 's|^ *image: \(.*/itdo[:@].*\)$|\1|p' "$work/all.yaml" | sort -u)
    [ -n "$named" ] || fail "k8s/$target names no release."
    [ "$(printf '%s\n' "$named" | wc -l)" -eq 1 ] || fail "more than one release is named: $named"
    [ -z "$image" ] || sed -i "s|image: $named\$|image: $image|" "$work/all.yaml"
    image=${image:-$named}
    [ -z "$postgres_image" ] || sed -i "s|image: .*/itdo-postgres[:@].*\$|image: $postgres_image|" "$work/all.yaml"
    say "  $image to itdo-$target"
    [ "$dry" = yes ] && return 0
    in_cluster auth can-i patch deployments >/dev/null || fail "this context has no right to roll out."
    # Everything is asked of the cluster before anything is changed.
    in_cluster apply --dry-run=server --filename "$work/all.yaml" >/dev/null || fail "the cluster refuses it; nothing was changed."
}

backup() {
    [ "$target" = production ] || return 0
    say "Backup"
    if [ "$dry" = no ]; then
        # An answer that does not come is no answer that there is nothing.
        runs=$(revision_of deployment/backend) && saves=$(in_cluster get cronjob/backup --ignore-not-found --output name) || return 1
        if [ -z "$runs$saves" ]; then
            say "  nothing is here yet, so there is nothing to save"
            return 0
        fi
    fi
    run delete job backup-before-deploy --ignore-not-found || return 1
    run create job backup-before-deploy --from=cronjob/backup || return 1
    ends_well backup-before-deploy
}

migrate() {
    say "Migration"
    run delete job migrate --ignore-not-found || return 1
    run apply --filename "$work/all.yaml" --selector 'stage!=rollout' || return 1
    ends_well migrate
}

# What the new version does not change has no revision of its own, and must not be undone: that would bring its last but one.
remember() {
    ran=''
    for each in $rolled_out; do
        now='what runs now'
        [ "$dry" = yes ] || now=$(revision_of "$each") || return 1
        ran=$ran$now
        [ -z "$now" ] || run annotate --overwrite "$each" "itdo-before=$now" || return 1
    done
}

roll_out() {
    say "Rolling update"
    run apply --filename "$work/all.yaml" --selector 'stage=rollout' || return 1
    for each in $waited_for $rolled_out; do
        run rollout status "$each" --timeout="${wait_seconds}s" || return 1
    done
}

is_healthy() {
    say "Health"
    look=0
    while [ "$look" -lt "$looks" ]; do
        run exec deployment/backend --container backend -- python3 ops/image/healthcheck.py web || return 1
        [ "$dry" = yes ] && return 0
        unready=$(in_cluster get pods --selector app=backend --output 'jsonpath={.items[*].status.containerStatuses[*].ready}' | grep -c false || :)
        [ "$unready" -eq 0 ] || return 1
        look=$((look + 1))
        sleep "$pause"
    done
}

go_back() {
    say "Going back"
    status=0 undone=''
    for each in $rolled_out; do
        before='what ran before' now=''
        [ "$dry" = yes ] || { before=$(before_of "$each") && now=$(revision_of "$each"); } || { status=1; continue; }
        if [ -z "$before" ]; then
            say "  $each: what ran before is unknown"
            status=1
        elif [ "$before" = "$now" ]; then
            say "  $each is what it was"
        else
            run rollout undo "$each" --to-revision="$before" && undone="$undone $each" || status=1
        fi
    done
    for each in $undone; do
        run rollout status "$each" --timeout="${wait_seconds}s" || status=1
    done
    # Once is enough: going back again would look for a revision that has another number now.
    [ "$status" -ne 0 ] || remember || status=1
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
remember || fail "the cluster does not say what runs; it goes on, on the new tables."
if roll_out && is_healthy; then
    [ "$dry" = no ] || { say "Nothing was changed."; exit 0; }
    say "$image runs on $target."
    exit 0
fi
[ -n "$ran" ] || fail "the first release does not run, and nothing ran before it: kubectl get pods, describe and logs say why; then deploy again."
go_back || fail "the new version failed, and going back too; see docs/operations.md, 'Nothing answers'."
fail "the new version failed; the old one runs again."
