"""Work in other threads: request, result and errors of a task in one place.

    runner.ask("plan", lambda context: removals.plan(request, context), self)
        .on_result(self._show_plan).start()

Each resource has a runner, a thread that does one task after another. Handlers run in the window's
thread, as long as their owner exists. A task can be cancelled from the moment it is made.
"""

from dupefinder.gui.tasks.runner import Runner, Tasks
from dupefinder.gui.tasks.task import Policy, Task, TaskEnd

__all__ = ["Policy", "Runner", "Task", "TaskEnd", "Tasks"]
