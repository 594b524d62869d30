"""What pinbolt must answer, as small as it gets: no crypto, no store, no races."""
