"""What the association buys: suppliers, their invoices from draft to approval, payment orders."""
