#!/bin/sh
# Runs a program in a network of its own: ward.sh PROGRAM [ARGUMENT…]. 192.0.2.80:443 takes connections
# there, and nothing else can be reached: no loopback of the machine either, in whose place every new
# network has one. Needs root, iproute2 and python3.
set -eu
if [ "$1" != --inside ]; then
    exec unshare --net sh "$0" --inside "$@"
fi
shift
ip link set lo up
ip address del 127.0.0.1/8 dev lo
ip address add 192.0.2.80/32 dev lo
# Whom nobody accepts waits in the listener's queue, and is connected all the same.
exec python3 -c '
import socket, subprocess, sys
control = socket.create_server(("192.0.2.80", 443))
sys.exit(subprocess.call(sys.argv[1:]))
' "$@"
