"""One zip for students: released notebooks, the student's wheel, pinned requirements, instructions, launchers."""
