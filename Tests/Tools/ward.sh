#!/bin/sh
# Runs a program in a network of its own: ward.sh PROGRAM [ARGUMENT…]. 192.0.2.80:443 takes connections
# there. Whatever else is tried goes by a route to a router, in a network of its own too, which says that
# the host is unreachable: the loopback of the machine also, in whose place every new network has one.
# Needs root, iproute2, util-linux and python3. Networks without processes are gone, with all in them.
set -eu
case "$1" in
--router)
    shift
    # Its network is the router's for as long as it waits.
    unshare --net sh "$0" --inside $$ "$@"
    exit
    ;;
--inside)
    router=$2
    shift 2
    ;;
*)
    exec unshare --net sh "$0" --router "$@"
    ;;
esac
ip link add ward0 type veth peer name router0 netns "$router"
nsenter --net --target "$router" sh -euc '
    ip link set lo up
    ip address del 127.0.0.1/8 dev lo
    ip address add 192.0.2.1/24 dev router0
    ip link set router0 up
    ip route add unreachable default
    # Who forwards nothing says nothing (ip_error() of Linux), nor of 127.0.0.0/8 who does not route it.
    echo 1 >/proc/sys/net/ipv4/ip_forward
    echo 1 >/proc/sys/net/ipv4/conf/router0/route_localnet
'
ip link set lo up
ip address del 127.0.0.1/8 dev lo
ip address add 192.0.2.80/24 dev ward0
ip link set ward0 up
ip route add default via 192.0.2.1
# Whom nobody accepts waits in the listener's queue, and is connected all the same.
exec python3 -c '
import socket, subprocess, sys
control = socket.create_server(("192.0.2.80", 443))
sys.exit(subprocess.call(sys.argv[1:]))
' "$@"
