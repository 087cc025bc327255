"""A JupyterHub for one class on one machine: people sign in with their accounts, nbgrader's exchange is a folder.

`jupyterhub --config jupyterhub_config.py`, as root. `tests/hub` runs this file through a whole week.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821  (JupyterHub puts it here)

INSTRUCTORS = {"prof"}
PLACE = Path(os.environ.get("DESCENT_PLACE", "/srv/descent"))
"""What everybody can read: settings/ with nbgrader_config.py, and exchange/ for what is handed out and in."""

STUDENTS = Path(os.environ.get("DESCENT_STUDENTS", "/opt/descent/students"))
CHECKOUT = Path(os.environ.get("DESCENT_CHECKOUT", "/opt/descent/instructors/.venv"))
"""Two environments: the students' has no checks and no answers; only instructors can read the other one."""

# A web server in front of it, or c.JupyterHub.ssl_key and ssl_cert, makes this https.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.authenticator_class = "pam"
c.JupyterHub.spawner_class = "localprocess"
c.Authenticator.allow_all = True  # whoever has an account on this machine
c.Authenticator.admin_users = INSTRUCTORS

c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = 120
c.Spawner.environment = {
    "JUPYTER_CONFIG_PATH": str(PLACE / "settings"),
    "OPENBLAS_NUM_THREADS": "1",  # a machine for many: one thread each
    "OMP_NUM_THREADS": "1",
}
FOR_EVERYBODY = [
    "--ServerApp.shutdown_no_activity_timeout=3600",  # seconds; what is open in a browser counts as activity
    "--MappingKernelManager.cull_idle_timeout=1800",
]
WITHOUT_FORMGRADER = "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': False}"


def prepare(spawner):
    """Give instructors the environment with the checks and formgrader, and students the other one."""
    is_instructor = spawner.user.name in INSTRUCTORS
    programs = (CHECKOUT if is_instructor else STUDENTS) / "bin"
    spawner.cmd = [str(programs / "jupyterhub-singleuser")]
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"  # so that a terminal finds nbgrader and autograder
    spawner.environment = {**spawner.environment, "PATH": path}
    spawner.args = FOR_EVERYBODY if is_instructor else [*FOR_EVERYBODY, WITHOUT_FORMGRADER]


c.Spawner.pre_spawn_hook = prepare
