# tries: to leave a message in the environment, the working directory or a module of its own
# stopped-by: separation
# wins: state
import os
import sys

os.environ["LEFT_BY_THE_LAST"] = "answers"
sys.modules["left_by_the_last"] = sys
