"""Sample feeds that stay alive without the internet: their articles and pictures."""
