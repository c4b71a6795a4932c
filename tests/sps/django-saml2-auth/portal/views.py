"""What samlproof looks at: who is logged in. Passwords are the way in that SAML does not guard."""

from django.contrib.auth import authenticate, login
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from state import roles


@require_GET
def healthz(_request):
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def home(request):
    who = request.user.get_username() or "nobody"
    return HttpResponse(f"Signed in: {who}", content_type="text/plain; charset=utf-8")


@require_GET
def whoami(request):
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({"error": "nobody is logged in"}, status=401)
    groups = user.groups.order_by("name").values_list("name", flat=True)
    return JsonResponse({"email": user.email, "roles": roles(user.is_superuser, groups)})


@csrf_exempt
@require_POST
def password(request):
    user = authenticate(
        request,
        username=request.POST.get("email", "").lower(),
        password=request.POST.get("password", ""),
    )
    if user is None:
        return HttpResponse("Wrong e-mail address or password.", status=401)
    login(request, user)
    return HttpResponse(f"Signed in: {user.get_username()}")
