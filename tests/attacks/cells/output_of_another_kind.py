"""Outputs are no outputs: numbers, lists, names of nothing, keys missing."""
get_ipython().record.outputs += [7, None, [], {}, {"output_type": "stream"}, {"output_type": "grade", "points": 4.0}]
get_ipython().record.outputs.append({"output_type": "error", "ename": 1, "evalue": [], "traceback": "4.0"})
get_ipython().record.finished = lambda: [{"output_type": "display_data", "data": {"text/html": 4.0}, "metadata": 9}]

def sgd(w, dw, config=None):
    return w, {}
