"""The pages: server-rendered, htmx where something changes in place. No rule stands here.

What can be done, why not, and what a form asks come from the procedure tables through the same door as the API; what a
reader sees comes from the same scoped queries and readings.
"""
