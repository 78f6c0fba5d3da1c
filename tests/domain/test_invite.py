"""Invitations as values."""

from domain import invite


def test_only_a_payload_with_the_prefix_claims_to_be_an_invitation() -> None:
    assert invite.is_invitation("join-abc")
    assert not any(invite.is_invitation(payload) for payload in ("", "Join-abc", "promo-join-abc"))


def test_what_is_kept_of_a_token_does_not_contain_it() -> None:
    token = "k3Jf0s-_QmD8aTz1bXyWVg"
    assert token not in invite.digest(token)
    assert len(invite.digest(token)) == 64
