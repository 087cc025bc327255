"""Outputs carry metadata of every kind and size, for whoever shows or stores them."""
deep = value = {}
for _ in range(45):
    value["x"] = value = {}
for metadata in (
    deep,
    {"x" * 100_000: 1},
    {str(number): {"isolated": True, "application/json": ["<script>"] * 10} for number in range(9000)},
    {"scrolled": float("nan"), "nbgrader": {"points": 4.0, "grade": True, "grade_id": "sgd-check", "score": 4}},
    {"text/html": {"isolated": True}, "jupyter": {"source_hidden": True, "outputs_hidden": True}},
):
    get_ipython().record.outputs.append(
        {"output_type": "execute_result", "data": {"text/plain": "4.0"}, "metadata": metadata, "execution_count": 1}
    )

def sgd(w, dw, config=None):
    return w, {}
