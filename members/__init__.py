"""Users, members, roles over regions, registration and verification."""
