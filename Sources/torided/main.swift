import Daemon

Torided.start()
