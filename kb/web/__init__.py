"""What people see: pages and JSON. Never holds a rule about content or search."""
