"""`python -m bot` is the console script `modelarts-bot`."""

from bot.console import main

if __name__ == "__main__":
    main()
