"""Every exercise proves its checks: what is right passes, what is wrong is named, and no check is superfluous."""
