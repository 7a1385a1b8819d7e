import Commands

Toride.start()
