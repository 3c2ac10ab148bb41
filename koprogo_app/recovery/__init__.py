"""Money that is late: arrears, reminders, interest, plans, the file for the lawyer."""
