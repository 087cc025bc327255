"""Outputs hold scripts, frames and pictures that run in the browser of whoever looks."""
from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, display

for each in (
    HTML("<script>FOUND = 1</script><img src=x onerror='FOUND = 1'>"),
    Javascript("window.FOUND = 1"),
    Markdown("[FOUND](javascript:alert(1)) <iframe src='data:text/html,FOUND'></iframe>"),
    Latex(r"\\href{javascript:alert(1)}{FOUND}"),
    SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='FOUND = 1'/>"),
    IFrame("data:text/html,FOUND", 10, 10),
):
    display(each)

def sgd(w, dw, config=None):
    return w, {}
