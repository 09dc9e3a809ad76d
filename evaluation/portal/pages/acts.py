"""What the log calls what happens, in words."""

from __future__ import annotations

from data_schemas.words import Words

ACTS = {
    "account_made": Words("account gemaakt", "account made"),
    "account_closed": Words("account gesloten", "account closed"),
    "signed_in": Words("aangemeld", "signed in"),
    "signed_out": Words("afgemeld", "signed out"),
    "login_locked": Words("aanmelden geweigerd: account tijdelijk gesloten", "sign-in refused: account closed for a while"),
    "second_factor_set": Words("tweede stap ingesteld", "second factor set"),
    "second_factor_removed": Words("tweede stap weggehaald door de beheerder", "second factor removed by the keeper"),
    "password_changed": Words("wachtwoord veranderd", "password changed"),
    "password_reset": Words("wachtwoord vernieuwd door de beheerder", "password renewed by the keeper"),
    "token_made": Words("sleutel voor een programma gemaakt", "token for a program made"),
    "token_removed": Words("sleutel voor een programma weggehaald", "token for a program removed"),
    "evaluation_opened": Words("onderzoek geopend", "evaluation opened"),
    "invited": Words("uitnodiging gemaakt", "invitation made"),
    "invitation_withdrawn": Words("uitnodiging ingetrokken", "invitation withdrawn"),
    "joined": Words("doet mee aan onderzoek", "joined an evaluation"),
    "plan_kept": Words("plan bewaard", "plan kept"),
    "plan_locked": Words("plan vergrendeld", "plan locked"),
    "received": Words("inzending ontvangen", "submission received"),
    "accepted": Words("inzending geaccepteerd", "submission accepted"),
    "refused": Words("inzending niet geaccepteerd", "submission not accepted"),
    "replaced": Words("inzending vervangen, bestanden vernietigd", "submission replaced, files destroyed"),
    "withdrawn": Words("inzending ingetrokken, bestanden vernietigd", "submission withdrawn, files destroyed"),
    "run_asked": Words("uitgave gevraagd", "edition asked for"),
    "edition_ready": Words("uitgave klaar", "edition ready"),
    "edition_failed": Words("uitgave niet gelukt", "edition not made"),
    "edition_approved": Words("uitgave voor de commissie goedgekeurd", "committee's edition approved"),
    "edition_refused": Words("uitgave voor de commissie geweigerd", "committee's edition refused"),
    "reader_admitted": Words("commissielid als lezer toegelaten", "reviewer admitted as reader"),
    "reader_removed": Words("commissielid mag niet meer lezen", "reviewer may no longer read"),
    "released": Words("uitgave vrijgegeven", "edition released"),
    "confidentiality_agreed": Words("geheimhouding aanvaard", "confidentiality agreed to"),
    "report_read": Words("vertrouwelijk rapport geopend", "confidential report opened"),
    "note_written": Words("opmerking geschreven", "note written"),
    "log_verified": Words("logboek gecontroleerd", "log verified"),
    "keys_rotated": Words("nieuwe sleutel in gebruik genomen", "new key taken into use"),
}
