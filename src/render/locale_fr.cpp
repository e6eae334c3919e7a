#include "render/locale.h"

namespace hb::render {

extern const Words kWordsFr;
const Words kWordsFr = {
    .language = "fr",
    .decimal_point = ",",
    .thousands = "\u202F",
    .csv_separator = ";",
    .plural = PluralRule::French,
    .months = {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
               "octobre", "novembre", "décembre"},
    .months_alone = {"Janvier", "Février", "Mars", "Avril", "Mai", "Juin", "Juillet", "Août",
                     "Septembre", "Octobre", "Novembre", "Décembre"},
    .date = "{0}\u00A0{1}\u00A0{2}",
    .whole_month = "{0}\u00A0{1}",
    .days_of_month = "Du {0} au {1}",
    .days_between = "Du {0} au {1}",
    .first_day = "1er",
    .sheet_date = "dd/mm/yyyy",

    .report = "Relevé",
    .report_title = "Relevé des heures travaillées",
    .for_client = "Pour",
    .period = "Période",
    .state_sent = "En attente de votre accord",
    .state_agreed = "Accepté",
    .state_invoiced = "Facturé",
    .state_partly_paid = "Payé en partie",
    .state_paid = "Payé",
    .to_pay = "À payer",
    .paid_of = "{0} payés sur {1}",

    .skip = "Aller aux travaux",
    .on_this_page = "Sur cette page",
    .jump_agree = "Donner mon accord",
    .jump_files = "Fichiers",

    .chart_projects = "Heures par projet",
    .chart_types = "Heures par type de travail",
    .chart_rest = "Autres",
    .chart_untyped = "Non précisé",

    .next_title = "Et ensuite",
    .next_sent = "Veuillez vérifier les travaux ci-dessous et donner votre accord. Nous émettrons "
                 "ensuite une facture d’exactement ce montant.",
    .next_sent_free = "Veuillez vérifier les travaux ci-dessous et en prendre acte. Il n’y a rien "
                      "à payer et aucune facture ne suivra.",
    .next_drifted = "Les travaux de cette période ont changé depuis\u00A0; vous acceptez les "
                    "chiffres affichés ici, ou vous attendez la version suivante.",
    .agreed_by = "Accepté par {0}, le {1}.",
    .agreed_on = "Accepté le {0}.",
    .next_agreed = "Merci. Vous n’avez rien d’autre à faire pour l’instant\u00A0: nous émettrons "
                   "une facture de {0}.",
    .next_agreed_free = "Merci. Il n’y a rien à payer et vous n’avez rien d’autre à faire.",
    .next_invoiced = "La facture de {0} a été émise. Veuillez la régler selon les conditions "
                     "indiquées.",
    .next_partly_paid = "Nous avons reçu {0}, merci. Il reste {1} à régler, selon les conditions "
                        "de la facture.",
    .next_paid = "Merci, votre paiement a été reçu en totalité. Vous n’avez rien d’autre à faire.",

    .thanks = "Votre accord a été enregistré.",
    .already = "Ce relevé a déjà été accepté. Rien n’a été enregistré une seconde fois.",
    .nothing_to_pay = "Rien à payer",
    .acknowledge_title = "Veuillez prendre acte",
    .acknowledge_explained = "En prenant acte, vous confirmez les heures. Il n’y a rien à payer.",
    .acknowledge_button = "Je prends acte de ce relevé",

    .billable_title = "Travaux réalisés",
    .task = "Tâche",
    .work_type = "Type de travail",
    .worked = "Temps passé",
    .billed = "Temps facturé",
    .hours = "Heures",
    .rate = "Taux horaire",
    .amount = "Montant",
    .no_project = "Sans projet",
    .correction = "Correction d’un relevé précédent",
    .show_lines = "Tâches\u00A0: {0}",
    .free_title = "Réalisé gratuitement",
    .free_note = "Non facturé. Indiqué pour être complet.",
    .reason = "Motif",
    .planner_reason = "marqué comme non facturable là où le temps a été saisi",
    .no_task = "Travail sans tâche",

    .sums_title = "Récapitulatif",
    .before_vat = "{0} HT",
    .sum_of_lines = "Total HT",
    .vat = "TVA {0}\u00A0%",
    .vat_included = "Dont TVA {0}\u00A0%",
    .no_vat = "Sans TVA",
    .total = "Total",
    .paid = "Déjà payé",
    .due = "Reste à payer",
    .credit = "Solde en votre faveur",

    .counted_title = "Mode de calcul",
    .price_rule = "Un montant est le temps facturé multiplié par le taux horaire, arrondi une "
                  "seule fois par ligne. Les temps sont en heures:minutes ou "
                  "heures:minutes:secondes.",
    .rounding_none = "Le temps est facturé exactement comme il a été saisi, sans arrondi.",
    .rounding_entry = "Chaque saisie de temps facturable est arrondie {0}.",
    .rounding_task_day = "Le temps facturable de chaque tâche et de chaque jour est arrondi {0}.",
    .rounding_task = "Le temps facturable de chaque tâche de ce relevé est arrondi {0}.",
    .rounding_report = "L’ensemble du temps facturable de ce relevé est arrondi {0}.",
    .rounding_up = "au multiple supérieur de {0}",
    .rounding_down = "au multiple inférieur de {0}",
    .rounding_nearest = "au multiple de {0} le plus proche, les moitiés vers le haut",
    .minutes = "{0}\u00A0minutes",

    .complete_title = "Rien d’oublié, rien de compté deux fois",
    .complete_source = "Pendant cette période, {0} heures ont été saisies pour vos travaux. "
                       "Chaque minute figure dans une seule ligne\u00A0:",
    .complete_all_here = "Pendant cette période, {0} heures ont été saisies pour vos travaux, et "
                         "toutes figurent dans ce relevé.",
    .row_billed = "facturées dans ce relevé, avant arrondi",
    .row_free = "dans ce relevé, gratuitement",
    .row_held = "dans d’autres relevés",
    .row_late = "saisies tardivement, pas encore facturées\u00A0; nous vous consulterons",
    .row_excluded = "retirées de ce relevé par nous",
    .row_filtered = "hors du champ de ce relevé",
    .row_external = "réglées auparavant, en dehors de ces relevés",
    .row_written_off = "abandonnées, vous ne les payez jamais",
    .row_no_task = "pas encore rattachées à une tâche, non facturées",
    .row_long = "dans des saisies de plus d’un jour, que nous vérifions\u00A0; non facturées",
    .other_periods = "Ce relevé comprend aussi {0} heures d’autres périodes\u00A0: du temps saisi "
                     "tardivement et des corrections.",

    .unread = "Saisies illisibles, qui ne figurent dans aucun relevé\u00A0: {0}.",
    .unread_hours =
        "Saisies illisibles, qui ne figurent dans aucun relevé\u00A0: {0}, soit {1} heures.",

    .agree_title = "Êtes-vous d’accord\u00A0?",
    .agree_explained = "En donnant votre accord, vous confirmez les heures et le total de {0}. La "
                       "facture reprendra exactement ces chiffres.",
    .agree_name = "Votre nom",
    .agree_email = "Adresse e-mail",
    .agree_button = "J’accepte ce relevé",
    .optional = "facultatif",
    .stale_text = "Le relevé a changé pendant votre lecture, votre accord n’a donc pas été "
                  "enregistré. Veuillez consulter les chiffres actuels ci-dessous.",
    .corrected_title = "Ce relevé est en cours de correction",
    .corrected_text = "Ses chiffres ne sont plus valables. Le relevé corrigé apparaîtra à cette "
                      "même adresse\u00A0; d’ici là, vous n’avez rien à faire.",
    .cancelled_title = "Ce relevé a été annulé",
    .cancelled_text = "Ses chiffres ne sont plus valables et vous n’avez pas à le payer. Si vous "
                      "attendiez autre chose, veuillez interroger votre interlocuteur.",

    .dead_title = "Ce lien n’est plus valable",
    .dead_text = "Il a peut-être expiré ou été remplacé par un plus récent.",
    .dead_contact = "Votre interlocuteur\u00A0: {0}",
    .ask_explained = "Si ce lien vient de nous, appuyez sur le bouton et nous vous en enverrons "
                     "un nouveau.",
    .ask_button = "Demander un nouveau lien",
    .ask_thanks_title = "Merci",
    .ask_thanks = "Si ce lien venait de nous, votre interlocuteur est prévenu et vous en enverra "
                  "un nouveau.",
    .password_title = "Ce rapport demande un mot de passe",
    .password_text = "Veuillez saisir le mot de passe que vous avez reçu avec le lien.",
    .password = "Mot de passe",
    .password_button = "Ouvrir le rapport",
    .password_wrong = "Ce n’est pas le bon mot de passe. Veuillez réessayer.",
    .password_wait = "Trop de mots de passe erronés. Veuillez réessayer dans une heure.",
    .password_busy = "Trop de demandes en ce moment. Veuillez réessayer dans quelques secondes.",
    .earlier_reports = "Rapports précédents",
    .archive_title = "Vos rapports",
    .archive_years = "Par année",
    .archive_search = "Période",
    .archive_search_button = "Chercher",
    .archive_none = "Il n’y a pas de rapport pour cette période.",
    .archive_latest_link = "Derniers rapports",
    .status = "État",
    .due_short = "À payer",
    .state_cancelled = "Annulé",
    .state_credited = "Avoir établi",
    .changed_title = "Ce qui a changé depuis votre dernière visite",
    .changed_same = "Les chiffres sont les mêmes qu’avant.",
    .changed_total = "Le total était de {0}, il est maintenant de {1}.",
    .changed_hours = "Les heures étaient de {0}, elles sont maintenant de {1}.",
    .changed_new = "Nouvelles lignes\u00A0: {0}",
    .changed_lines = "Lignes modifiées\u00A0: {0}",
    .changed_gone = "Lignes disparues\u00A0: {0}",

    .download = "Télécharger",
    .revision = "Version",

    .page_of = "Page {0} sur {1}",
    .draft = "Brouillon",
    .number = "Numéro",
    .lines_counted = {"{0}\u00A0ligne", "{0}\u00A0lignes", "{0}\u00A0lignes"},
    .our_side = "Pour le prestataire",
    .client_side = "Pour le client",
    .sign_here = "nom, signature, date",
    .project = "Projet",
    .people = "Personnes",
    .billable_head = "Facturable",
    .currency = "Devise",
    .yes = "oui",
    .no = "non",
    .csv_heads = {"ligne", "genre", "projet", "tâche", "référence de la tâche",
                  "adresse de la tâche", "type de travail", "facturable", "motif", "personnes",
                  "temps passé, s", "temps passé", "temps facturé, s", "temps facturé",
                  "taux horaire", "montant", "devise"},
};

} // namespace hb::render
