"""The plugin's addresses under /sso/, and ours."""

from django.urls import include, path
from django_saml2_auth import views as saml

from portal import views

urlpatterns = [
    path("", views.home),
    path("healthz", views.healthz),
    path("whoami", views.whoami),
    path("password", views.password),
    path("login/", saml.signin),
    path("logout", saml.signout),
    path("sso/", include("django_saml2_auth.urls")),
]
