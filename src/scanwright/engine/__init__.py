"""The engine: a plan, and one step with three uses: fold a panel, take one new bar, replay history."""
