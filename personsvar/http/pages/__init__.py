"""Pages for people: the subscriber's own one, Min profil, and a few for a look at the service.

Min profil is written on the server and complete without a script. Its words stand in `texts/`, its forms in
`templates/`, its stylesheet and script in `assets/`. Every route of it is guarded in one place, `page_route`.
"""
