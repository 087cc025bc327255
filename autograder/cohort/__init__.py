"""An invented class: released notebooks filled in the way people do, and the marks each must get."""
