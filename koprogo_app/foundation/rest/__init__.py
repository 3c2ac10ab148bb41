"""REST: routes, their documents and answers, and what every request passes through."""
