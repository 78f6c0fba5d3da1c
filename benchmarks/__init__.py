"""What `make bench` runs: the product's own paths beside plain references, in one run on one machine."""
