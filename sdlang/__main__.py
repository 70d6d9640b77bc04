"""`python -m sdlang` is `sdrun`."""

from sdlang.cli.main import main

if __name__ == "__main__":
    main()
