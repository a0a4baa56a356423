"""One file a migration; each is tested up and down on both databases."""
