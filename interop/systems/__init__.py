"""Systems that people move in from: each makes its own file, and its users have signed in."""
