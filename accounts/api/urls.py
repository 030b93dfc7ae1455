"""Addresses below /api/v1/auth/."""

from django.urls import path

from accounts.api import account, members, signin

urlpatterns = [
    path("token/", signin.TokenView.as_view(), name="auth-token"),
    path("tokens/", signin.TokensView.as_view(), name="auth-tokens"),
    path("tokens/<uuid:public_id>/", signin.OneTokenView.as_view(), name="auth-one-token"),
    path("activate/", signin.ActivateView.as_view(), name="auth-activate"),
    path("activation-codes/", members.ReissueView.as_view(), name="auth-activation-codes"),
    path("me/", account.MeView.as_view(), name="auth-me"),
    path("password/change/", account.PasswordView.as_view(), name="auth-password-change"),
    path("password/reset/", signin.ResetView.as_view(), name="auth-password-reset"),
    path("password/reset/confirm/", signin.ResetConfirmView.as_view(), name="auth-password-reset-confirm"),
    path("totp/", account.TotpView.as_view(), name="auth-totp"),
    path("totp/confirm/", account.TotpConfirmView.as_view(), name="auth-totp-confirm"),
    path("recovery-codes/", account.RecoveryCodesView.as_view(), name="auth-recovery-codes"),
    path("memberships/", members.MembershipsView.as_view(), name="auth-memberships"),
    path("memberships/<uuid:membership_id>/", members.OneMembershipView.as_view(), name="auth-one-membership"),
    path("handovers/", members.HandoversView.as_view(), name="auth-handovers"),
    path(
        "handovers/<uuid:handover_id>/decision/", members.HandoverDecisionView.as_view(), name="auth-handover-decision"
    ),
]
