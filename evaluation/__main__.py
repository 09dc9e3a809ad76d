"""`python -m evaluation`: the same as the command."""

from intervention_evaluation import main

if __name__ == "__main__":
    main()
