"""Systems that people move in from: each makes its own database, and its users have signed in there."""
