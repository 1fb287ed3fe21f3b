"""When feeds are asked, what their answers mean, and what is new in them."""
