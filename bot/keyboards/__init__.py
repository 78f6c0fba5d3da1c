"""What can be tapped: typed button data, and the rows of buttons under each feature's screens."""
