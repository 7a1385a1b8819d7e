import Keyless

TorideVerify.start()
