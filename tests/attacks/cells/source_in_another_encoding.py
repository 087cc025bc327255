"""The cell says that its text is written in another encoding, under which it reads otherwise."""
# -*- coding: utf-7 -*-
# vim: set fileencoding=rot13 :
+ACIAIgAi

print("a\u2028b\x85c")

def sgd(w, dw, config=None):
    return w, {}
