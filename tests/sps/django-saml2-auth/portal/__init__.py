"""A small Django site whose only way in for new users is django-saml2-auth."""
