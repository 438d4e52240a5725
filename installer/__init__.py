"""Makes the packages of the program: `python3 dev.py installer`."""
