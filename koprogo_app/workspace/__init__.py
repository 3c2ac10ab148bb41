"""What every page and API of a building shares: page state, paging, fields, lists of records, the frame of the menu."""
