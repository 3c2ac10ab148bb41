"""KoproGo: runs a Belgian co-ownership, with the law in the program."""
