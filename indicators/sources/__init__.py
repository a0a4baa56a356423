"""Sources: turning what statistics services and senders publish into observations."""
