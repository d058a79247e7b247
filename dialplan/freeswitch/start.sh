#!/bin/sh
# A FreeSWITCH in a container, where none of our own programs is: SIGTERM lets calls end first, and refuses new ones.
# Told again, or when the time is up, it hangs up at once. `start health`: is it well?

FOLDER=@FOLDER@
ask() {
    read -r port password <"$FOLDER/run/control" && fs_cli -H 127.0.0.1 -P "$port" -p "$password" -t 2000 -x "$*"
}

if [ "$1" = health ]; then
    wrong='FreeSWITCH does not answer'
    case $(ask sofia status) in *personsvar*RUNNING*personsvar-trunk*) wrong= ;; *profile*) wrong='the trunk is not loaded' ;; esac
    case $(ask fsctl pause_check inbound) in *true*) wrong='it takes no new calls, and stops' ;; esac
    [ -z "$wrong" ] && echo 'personsvar: the switch is well' && exit 0
    echo "personsvar: the switch is not well: $wrong"
    exit 1
fi

umask 007
freeswitch @OPTIONS@ &
switch=$!
left=
end() {
    if [ -n "$left" ] || ! ask fsctl pause inbound >/dev/null; then
        left=0
        return
    fi
    echo "personsvar: told to stop: no new calls; those that are up may go on for @DRAIN_SECONDS@ s"
    ask fsctl shutdown elegant >/dev/null &
    left=@DRAIN_SECONDS@
}
trap end TERM
trap 'left=0' INT HUP
while [ -z "$left" ] && kill -0 "$switch" 2>/dev/null; do
    wait "$switch"
    code=$?
done
while [ -n "$left" ] && kill -0 "$switch" 2>/dev/null; do
    code=0
    [ "$left" -gt 0 ] || kill -TERM "$switch"
    sleep 1
    left=$((left - 1))
done
exit "$code"
