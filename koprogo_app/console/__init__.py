"""The installation seen as a whole: organisations, people, mails, audit, health."""
